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

    private AuthorActions(ImmutableSortedSet<FeedEntry> entries, ImmutableDictionary<int, FeedEntry> numbers, int last)
    {
        (_entries, _numbers, Last) = (entries, numbers, last);
    }

    public static AuthorActions Empty { get; } = new(ImmutableSortedSet.Create(InFeedOrder), ImmutableDictionary<int, FeedEntry>.Empty, 0);

    /// <summary>Number of the newest action; 0 if there is none.</summary>
    public int Last { get; }

    /// <summary>Returns a snapshot that has the action; this one if it has it already.</summary>
    public AuthorActions With(in FeedEntry entry) => _numbers.ContainsKey(entry.PullNumber)
        ? this
        : new(_entries.Add(entry), _numbers.Add(entry.PullNumber, entry), Math.Max(Last, entry.PullNumber));

    public AuthorActions Without(int number) => _numbers.TryGetValue(number, out var entry)
        ? new(_entries.Remove(entry), _numbers.Remove(number), Last)
        : this;

    /// <summary>Actions above a number, newest first; only those before a position if one is given.</summary>
    public IEnumerable<FeedEntry> Descending(int after, FeedPosition? before)
    {
        for (var i = CountBelow(before) - 1; i >= 0; i--)
        {
            if (_entries[i].PullNumber > after)
                yield return _entries[i];
        }
    }

    /// <summary>Counts the actions above a number that are at a position or newer.</summary>
    public int CountFrom(int after, FeedPosition position)
    {
        var count = 0;
        for (var i = CountBelow(position); i < _entries.Count; i++)
            count += _entries[i].PullNumber > after ? 1 : 0;
        return count;
    }

    /// <summary>Actions above a number, in the order of their numbers.</summary>
    public IReadOnlyList<FeedEntry> Since(int after)
    {
        if (Last <= after)
            return [];
        // Times rise with the numbers, so the newest entries are nearly always all that is needed.
        var since = _entries.Reverse().Where(entry => entry.PullNumber > after).Take(Last - after).ToList();
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
