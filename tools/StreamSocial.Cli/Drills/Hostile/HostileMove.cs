using Confluent.Kafka;
using StreamSocial.Cli.Output;
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

    /// <summary>Does it, for a limited time: what is hit may be so unwell that it neither takes a move nor refuses it.</summary>
    /// <param name="targets">What it aims at.</param>
    /// <param name="limit">Longest time.</param>
    /// <param name="cancellationToken">Ends it without a finding.</param>
    /// <returns>What came instead of the expected answer, be it an error or nothing in time; null when the answer came.</returns>
    public async Task<string?> RunAsync(HostileTargets targets, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(limit);
        try
        {
            return await TryAsync(targets, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return $"not done within {TextFormat.Seconds(limit)}";
        }
#pragma warning disable CA1031 // A move that cannot be made is a finding; the others go on.
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }
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
