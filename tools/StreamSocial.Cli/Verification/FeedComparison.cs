namespace StreamSocial.Cli.Verification;

/// <summary>Compares a feed with the reference entry by entry. Pure.</summary>
internal static class FeedComparison
{
    /// <param name="expected">The reference, newest first.</param>
    /// <param name="actual">What was read, newest first.</param>
    public static FeedDifference Compare(IReadOnlyList<ReferenceEntry> expected, IReadOnlyList<ReadEntry> actual)
    {
        var wanted = expected.ToDictionary(entry => (entry.AuthorId, entry.ActionId));
        var found = new Dictionary<(string, string), ReadEntry>(actual.Count);
        var (duplicated, unexpected, wrong) = (0, 0, 0);
        foreach (var entry in actual)
        {
            var id = (entry.AuthorId, entry.ActionId);
            if (!wanted.TryGetValue(id, out var reference))
                unexpected++;
            else if (!found.TryAdd(id, entry))
                duplicated++;
            else if (!HasContentsOf(entry, reference))
                wrong++;
        }

        var lost = expected.Count - found.Count;
        var clean = lost + duplicated + unexpected == 0;
        return new FeedDifference(lost, duplicated, CountMisordered(expected, found), unexpected, wrong, clean && !InSameOrder(expected, actual));
    }

    private static bool HasContentsOf(ReadEntry entry, ReferenceEntry reference) =>
        entry.ContentId == reference.ContentId
        && entry.Text == reference.Text
        && entry.OccurredAt == reference.OccurredAt
        && string.Equals(entry.Type, reference.Type.ToString(), StringComparison.OrdinalIgnoreCase);

    private static bool InSameOrder(IReadOnlyList<ReferenceEntry> expected, IReadOnlyList<ReadEntry> actual)
    {
        for (var i = 0; i < expected.Count; i++)
        {
            if (actual[i].ActionId != expected[i].ActionId || actual[i].AuthorId != expected[i].AuthorId)
                return false;
        }

        return true;
    }

    /// <summary>The arrival numbers of what one author pushed, and the numbers of what was pulled, must rise in the order of the trace.</summary>
    private static int CountMisordered(IReadOnlyList<ReferenceEntry> expected, Dictionary<(string, string), ReadEntry> found)
    {
        var misordered = 0;
        var latest = new Dictionary<(string Author, bool IsPulled), long>();
        foreach (var reference in expected.OrderBy(entry => entry.Sequence))
        {
            if (!found.TryGetValue((reference.AuthorId, reference.ActionId), out var entry))
                continue;
            var row = (reference.AuthorId, entry.PullNumber is not null);
            var number = entry.PullNumber ?? entry.Arrival ?? 0;
            if (latest.TryGetValue(row, out var before) && number <= before)
                misordered++;
            else
                latest[row] = number;
        }

        return misordered;
    }
}

/// <summary>How one feed differs from the reference.</summary>
/// <param name="Lost">Entries that should be there and are not.</param>
/// <param name="Duplicated">Entries that are there more than once.</param>
/// <param name="Misordered">Entries that arrived before an earlier one of the same author.</param>
/// <param name="Unexpected">Entries that should not be there.</param>
/// <param name="Wrong">Entries that are there with other contents.</param>
/// <param name="Displaced">Whether the entries, all right in themselves, stand in another order.</param>
internal sealed record FeedDifference(int Lost, int Duplicated, int Misordered, int Unexpected, int Wrong, bool Displaced)
{
    public static FeedDifference None { get; } = new(0, 0, 0, 0, 0, false);

    public bool IsNone => this == None;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Lost} lost, {Duplicated} duplicated, {Misordered} misordered, {Unexpected} unexpected, {Wrong} with other contents{(Displaced ? ", in another order" : "")}";
}
