using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Stores what users of one partition have done and may take back: the newest actions of each user, up to a number.</summary>
/// <remarks>
/// A row of each user says in which order the actions came, so that the oldest can be forgotten. An action that was taken back leaves its place
/// in the row empty.
/// </remarks>
internal sealed class OwnActionStore(ITaskContext context, int capacity)
{
    /// <summary>Actions of one type that a user may do to one content and take back; older ones stay for good.</summary>
    public const int MaxOfOneContent = 16;

    private const byte ActionsStore = 22;
    private const byte RowsStore = 23;
    private const byte PlacesStore = 24;

    private readonly IStateStore<string, List<OwnAction>> _actions =
        context.OpenStore(ActionsStore, "own-actions", StringKeyCodec.Instance, new OwnActionsCodec());

    private readonly IStateStore<string, OwnActionRow> _rows =
        context.OpenStore(RowsStore, "own-action-rows", StringKeyCodec.Instance, new OwnActionRowCodec());

    private readonly IStateStore<NumberedKey, string> _places =
        context.OpenStore(PlacesStore, "own-action-places", NumberedKeyCodec.Instance, StringKeyCodec.Instance);

    /// <summary>Whether the user has done this to the content and not taken it back.</summary>
    public bool Contains(string user, ActionType type, string contentId) => _actions.TryGet(KeyOf(user, type, contentId), out _);

    /// <summary>Stores an action.</summary>
    /// <param name="user">The actor.</param>
    /// <param name="type">Its type.</param>
    /// <param name="reference">What names it when it is taken back: its content, or its id.</param>
    /// <param name="action">The action; its place is set here.</param>
    public void Add(string user, ActionType type, string reference, OwnAction action)
    {
        if (!_rows.TryGet(user, out var row))
            row = new(0, 0);
        while (row.Next - row.First >= capacity)
            row = ForgetOldest(user, row);

        var key = KeyOf(user, type, reference);
        if (!_actions.TryGet(key, out var actions))
            actions = [];
        if (actions.Count == MaxOfOneContent)
            actions.RemoveAt(0);
        actions.Add(action with { Place = row.Next });
        _actions.Put(key, actions);
        _places.Put(new(user, row.Next), key);
        _rows.Put(user, row with { Next = checked(row.Next + 1) });
    }

    /// <summary>Removes and returns the user's actions of a type under a reference, oldest first.</summary>
    public IReadOnlyList<OwnAction> Take(string user, ActionType type, string reference)
    {
        var key = KeyOf(user, type, reference);
        if (!_actions.TryGet(key, out var actions))
            return [];
        _actions.Remove(key);
        return actions;
    }

    private OwnActionRow ForgetOldest(string user, OwnActionRow row)
    {
        var place = new NumberedKey(user, row.First);
        if (_places.TryGet(place, out var key))
        {
            _places.Remove(place);
            // The place may be that of an action that was taken back, with a later one under the same key.
            if (_actions.TryGet(key, out var actions) && actions.RemoveAll(action => action.Place == row.First) > 0)
            {
                if (actions.Count > 0)
                    _actions.Put(key, actions);
                else
                    _actions.Remove(key);
            }
        }

        return row with { First = row.First + 1 };
    }

    /// <summary>Ids contain no control characters, so the separator makes the key unambiguous. It is part of the stored format.</summary>
    private static string KeyOf(string user, ActionType type, string reference) => $"{user}\0{(char)('A' + type)}{reference}";
}
