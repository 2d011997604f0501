using System.Globalization;

namespace StreamSocial.Operations.Stages;

/// <summary>Reads lists of partitions such as <c>0-4,7</c>.</summary>
public static class PartitionList
{
    private const int MostPartitions = 1_000_000;

    /// <summary>The partitions in ascending order; null for all when nothing is given.</summary>
    /// <exception cref="StageOperationException">It is no such list.</exception>
    public static IReadOnlyList<int>? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Trim() == "all")
            return null;
        var (partitions, named) = (new SortedSet<int>(), 0L);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var (first, last) = dash < 0 ? (part, part) : (part[..dash], part[(dash + 1)..]);
            if (!TryRead(first, out var from) || !TryRead(last, out var to) || to < from)
                throw new StageOperationException(StageRefusal.BadPartitions, $"'{part}' is no partition; give numbers and ranges, such as 0-4,7.");
            named += to - from + 1;
            if (named > MostPartitions)
                throw new StageOperationException(StageRefusal.BadPartitions, $"More than {MostPartitions} partitions are named.");
            partitions.UnionWith(Enumerable.Range(from, to - from + 1));
        }
        return [.. partitions];
    }

    private static bool TryRead(string text, out int partition) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out partition) && partition < MostPartitions;
}
