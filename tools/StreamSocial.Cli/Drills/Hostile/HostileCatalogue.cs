using StreamSocial.Cli.Drills.Hostile.Moves;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Drills.Hostile;

/// <summary>All hostile moves, in an order and with values that follow from a seed.</summary>
internal static class HostileCatalogue
{
    /// <param name="seed">Decides the random values and the order.</param>
    /// <param name="catalog">The cluster's topics.</param>
    /// <param name="hasTransactions">Whether the cluster has transactions and topics that can be changed; the embedded one has not.</param>
    /// <param name="now">When forged reports say that they were made.</param>
    public static IReadOnlyList<HostileMove> Create(int seed, TopicCatalog catalog, bool hasTransactions, DateTimeOffset now)
    {
        var random = new Random(seed);
        List<HostileMove> moves =
        [
            .. JsonMoves.Create(random), .. HttpMoves.Create(), .. LegalMoves.Create(catalog), .. ConnectionMoves.Create(random), .. StreamMoves.Create(), .. ControlMoves.Create(),
            .. RecordMoves.Create(random, catalog, now),
        ];
        if (hasTransactions)
            moves.AddRange([.. TransactionMoves.Create(random, catalog), .. TopicMoves.Create(catalog)]);
        var ordered = moves.ToArray();
        random.Shuffle(ordered);
        return ordered;
    }
}
