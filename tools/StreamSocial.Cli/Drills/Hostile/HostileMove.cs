using Confluent.Kafka;
using StreamSocial.Kafka;

namespace StreamSocial.Cli.Drills.Hostile;

/// <summary>One hostile move and the answer that it must get.</summary>
/// <param name="Family">What kind of move it is.</param>
/// <param name="Name">What it does, for a person.</param>
/// <param name="TryAsync">Does it; returns what came instead of the expected answer, or null.</param>
internal sealed record HostileMove(string Family, string Name, Func<HostileTargets, CancellationToken, Task<string?>> TryAsync)
{
    /// <summary>How many dead letters the move must lead to.</summary>
    public int DeadLetters { get; init; }
}

/// <summary>What hostile moves aim at.</summary>
/// <param name="Ingest">Base address of ingest.</param>
/// <param name="Feeds">Base address of a feed generator.</param>
/// <param name="Control">Base address of the AppHost's control server.</param>
/// <param name="Settings">The cluster.</param>
/// <param name="Http">Sends requests and follows no redirection.</param>
/// <param name="Producer">Writes foreign records.</param>
internal sealed record HostileTargets(
    Uri Ingest, Uri Feeds, Uri Control, KafkaClientSettings Settings, HttpClient Http, IProducer<byte[]?, byte[]?> Producer);

/// <summary>How often a family was tried, and what came instead of the expected answers.</summary>
internal sealed record HostileFamily(string Name, int Tried, IReadOnlyList<string> Unexpected);
