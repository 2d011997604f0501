using System.Collections.Immutable;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Immutable snapshot of the newest actions of an account whose followers pull.</summary>
internal sealed class AuthorActions
{
    private static readonly IComparer<FeedEntry> InFeedOrder =
        Comparer<FeedEntry>.Create(static (left, right) => left.Item.Position.CompareTo(right.Item.Position));

    // Indexed by position for reads and by number for tombstones.
    private readonly ImmutableSortedSet<FeedEntry> _entries;
    private readonly ImmutableDictionary<int, FeedEntry> _numbers;

    private AuthorActions(ImmutableSortedSet<FeedEntry> entries, ImmutableDictionary<int, FeedEntry> numbers, int last, int removed)
    {
        (_entries, _numbers, Last, Removed) = (entries, numbers, last, removed);
    }

    public static AuthorActions Empty { get; } = new(ImmutableSortedSet.Create(InFeedOrder), ImmutableDictionary<int, FeedEntry>.Empty, 0, 0);

    /// <summary>Number of the newest action; 0 if there is none.</summary>
    public int Last { get; }

    /// <summary>Number of the actions that were taken back. They keep their places.</summary>
    public int Removed { get; }

    /// <summary>
    /// Returns a snapshot that has the action; this one if it has it already. An action that was taken back stays so, whichever record comes first.
    /// </summary>
    public AuthorActions With(in FeedEntry entry)
    {
        if (_numbers.TryGetValue(entry.PullNumber, out var present) && (present.IsRemoved || !entry.IsRemoved))
            return this;
        // Both have the same position, and the set takes only one of them.
        return new(
            _entries.Remove(entry).Add(entry), _numbers.SetItem(entry.PullNumber, entry), Math.Max(Last, entry.PullNumber), Removed + (entry.IsRemoved ? 1 : 0));
    }

    /// <summary>Returns a snapshot without an action, or without one that was taken back.</summary>
    public AuthorActions Without(int number, bool isRemoved) => _numbers.TryGetValue(number, out var entry) && entry.IsRemoved == isRemoved
        ? new(_entries.Remove(entry), _numbers.Remove(number), Last, Removed - (isRemoved ? 1 : 0))
        : this;

    /// <summary>Actions above a number, newest first; only those before a position if one is given. Those that were taken back are among them.</summary>
    public IEnumerable<FeedEntry> Descending(int after, FeedPosition? before)
    {
        for (var i = CountBelow(before) - 1; i >= 0; i--)
        {
            if (_entries[i].PullNumber > after)
                yield return _entries[i];
        }
    }

    /// <summary>Whether an entry that a feed holds is one of the actions above a number.</summary>
    public bool Has(in FeedEntry entry, int after) =>
        entry.PullNumber > after && _numbers.TryGetValue(entry.PullNumber, out var action) && action.Item.Position == entry.Item.Position;

    /// <summary>Counts the actions above a number that are at a position or newer, those among them that were taken back.</summary>
    public int CountFrom(int after, FeedPosition position)
    {
        var count = 0;
        for (var i = CountBelow(position); i < _entries.Count; i++)
            count += _entries[i].PullNumber > after ? 1 : 0;
        return count;
    }

    /// <summary>Actions above a number that were not taken back, in the order of their numbers.</summary>
    public IReadOnlyList<FeedEntry> Since(int after)
    {
        if (Last <= after)
            return [];
        // Times rise with the numbers, so the newest entries are nearly always all that is needed.
        var since = _entries.Reverse().Where(entry => entry.PullNumber > after).Take(Last - after).Where(entry => !entry.IsRemoved).ToList();
        since.Sort(static (left, right) => left.PullNumber.CompareTo(right.PullNumber));
        return since;
    }

    private int CountBelow(FeedPosition? position)
    {
        if (position is not { } at)
            return _entries.Count;
        var index = _entries.IndexOf(new(new(at.ActionId, default, at.AuthorId, "", "", at.OccurredAt), 0, 0));
        return index >= 0 ? index : ~index;
    }
}
