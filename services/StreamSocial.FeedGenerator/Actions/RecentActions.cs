namespace StreamSocial.FeedGenerator.Actions;

/// <summary>The fingerprints of the latest actions of one key: a ring, oldest overwritten.</summary>
internal sealed class RecentActions
{
    private readonly List<UInt128> _ids;

    public RecentActions()
        : this([], 0)
    {
    }

    /// <param name="ids">The ring.</param>
    /// <param name="oldest">Position of the oldest id; 0 as long as the ring still grows.</param>
    public RecentActions(List<UInt128> ids, int oldest)
    {
        _ids = ids;
        Oldest = oldest;
    }

    public IReadOnlyList<UInt128> Ids => _ids;

    public int Oldest { get; private set; }

    public bool Contains(UInt128 id) => _ids.Contains(id);

    public void Add(UInt128 id, int capacity)
    {
        if (_ids.Count > capacity)
            Shrink(capacity);
        if (_ids.Count < capacity)
        {
            if (Oldest != 0)
                Unroll();
            _ids.Add(id);
            return;
        }

        _ids[Oldest] = id;
        Oldest = (Oldest + 1) % capacity;
    }

    private void Shrink(int capacity)
    {
        Unroll();
        _ids.RemoveRange(0, _ids.Count - capacity);
    }

    // The capacity option may have changed since the ring was stored.
    private void Unroll()
    {
        var newer = _ids.GetRange(0, Oldest);
        _ids.RemoveRange(0, Oldest);
        _ids.AddRange(newer);
        Oldest = 0;
    }
}
