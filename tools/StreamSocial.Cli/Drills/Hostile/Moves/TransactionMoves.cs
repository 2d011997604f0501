using Confluent.Kafka;
using StreamSocial.Events.Stages;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Transactions of foreign producers: their markers take offsets, and what they abort is never seen.</summary>
internal static class TransactionMoves
{
    private const string Family = "foreign transactions";
    private const int AbortedRecords = 200;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static IEnumerable<HostileMove> Create(Random random, TopicCatalog catalog)
    {
        foreach (var topic in FeedGeneratorStages.Inputs)
        {
            var partitions = Enumerable.Range(0, 3).Select(_ => random.Next(catalog[topic].Partitions)).ToArray();
            yield return new HostileMove(Family, $"{topic}/{partitions[0]}: one of one record, committed", (targets, _) => Run(targets, topic, partitions[0], 1, commits: true)) { DeadLetters = 1 };
            yield return new HostileMove(Family, $"{topic}/{partitions[1]}: one of {AbortedRecords} records, aborted", (targets, _) => Run(targets, topic, partitions[1], AbortedRecords, commits: false));
            yield return new HostileMove(Family, $"{topic}/{partitions[2]}: five aborted ones", async (targets, cancellationToken) =>
            {
                for (var i = 0; i < 5; i++)
                    await Run(targets, topic, partitions[2], 3, commits: false);
                return null;
            });
        }
    }

    private static Task<string?> Run(HostileTargets targets, string topic, int partition, int records, bool commits) => Task.Run(() =>
    {
        var config = targets.Settings.CreateProducerConfig("hostile");
        config.TransactionalId = $"hostile-{Guid.NewGuid():n}";
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Timeout);
        producer.BeginTransaction();
        for (var i = 0; i < records; i++)
            producer.Produce(new TopicPartition(topic, partition), new Message<byte[]?, byte[]?> { Key = "k"u8.ToArray(), Value = [0x07] });
        producer.Flush(Timeout);
        if (commits)
            producer.CommitTransaction(Timeout);
        else
            producer.AbortTransaction(Timeout);
        return (string?)null;
    });
}
