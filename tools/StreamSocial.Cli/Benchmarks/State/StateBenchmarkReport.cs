using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Benchmarks.State;

/// <summary>What one way of keeping a state cost in one round.</summary>
internal sealed record StateMeasurement
{
    /// <summary>Users with a feed.</summary>
    public required int Users { get; init; }

    public required long Edges { get; init; }

    public required long Entries { get; init; }

    /// <summary>Bytes on the heap for the followers, after a full collection.</summary>
    public required long FollowerBytes { get; init; }

    /// <summary>Bytes on the heap for the feeds, after a full collection.</summary>
    public required long FeedBytes { get; init; }

    /// <summary>Bytes of keys and values of the followers; null where nobody counts them.</summary>
    public required long? StoredFollowerBytes { get; init; }

    /// <summary>Bytes of keys and values of the feeds; null where nobody counts them.</summary>
    public required long? StoredFeedBytes { get; init; }

    /// <summary>Objects on the heap; null where they were not counted.</summary>
    public required long? Objects { get; init; }

    /// <summary>A full collection before anything was filled.</summary>
    public required TimeSpan EmptyCollection { get; init; }

    /// <summary>A full collection with all of it.</summary>
    public required TimeSpan FullCollection { get; init; }

    /// <summary>Time to put all of it in, checkpoints included, which go nowhere.</summary>
    public required TimeSpan Filling { get; init; }

    [JsonInclude]
    public double BytesPerEdge => (double)FollowerBytes / Edges;

    [JsonInclude]
    public double BytesPerEntry => (double)FeedBytes / Entries;

    [JsonInclude]
    public double BytesPerUser => (double)FeedBytes / Users;

    [JsonInclude]
    public double? StoredBytesPerEdge => (double?)StoredFollowerBytes / Edges;

    [JsonInclude]
    public double? StoredBytesPerEntry => (double?)StoredFeedBytes / Entries;
}

/// <summary>What <see cref="StateBenchmark"/> measured, round by round.</summary>
internal sealed record StateBenchmarkReport
{
    public required StateBenchmarkOptions Options { get; init; }

    public required IReadOnlyList<StateMeasurement> Stores { get; init; }

    /// <summary>The same in plain collections.</summary>
    public required IReadOnlyList<StateMeasurement> Plain { get; init; }

    public required string Hardware { get; init; }
}

internal static class StateBenchmarkTable
{
    public static void Write(IAnsiConsole console, StateBenchmarkReport report)
    {
        var table = new Table().AddColumns($"Median of {report.Stores.Count} rounds", "Stores", "Plain collections", "stores / plain");
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        AddRow("bytes of the heap for a follower edge", measured => measured.BytesPerEdge, TextFormat.Number);
        AddRow("bytes of the heap for a feed entry", measured => measured.BytesPerEntry, TextFormat.Number);
        AddRow($"bytes of the heap for a user with a feed of {report.Options.Entries:N0}", measured => measured.BytesPerUser, TextFormat.Number);
        AddRow("bytes of key and value for a follower edge", measured => measured.StoredBytesPerEdge, TextFormat.Number);
        AddRow("bytes of key and value for a feed entry", measured => measured.StoredBytesPerEntry, TextFormat.Number);
        AddRow("objects on the heap", measured => measured.Objects, TextFormat.Number);
        AddRow("full collection, empty", measured => measured.EmptyCollection.TotalMilliseconds, Milliseconds);
        AddRow("full collection, full", measured => measured.FullCollection.TotalMilliseconds, Milliseconds);
        AddRow("time to fill", measured => measured.Filling.TotalMilliseconds, Milliseconds);
        console.Write(table);
        console.MarkupLineInterpolated(
            $"{report.Options.Users:N0} users, {report.Stores[0].Edges:N0} edges, {report.Stores[0].Entries:N0} feed entries, {report.Options.Partitions:N0} partitions, {report.Hardware}");

        void AddRow(string name, Func<StateMeasurement, double?> read, Func<double, string> format)
        {
            var (stores, plain) = (Median(report.Stores, read), Median(report.Plain, read));
            table.AddRow(name, Text(stores, format), Text(plain, format), Text(stores / plain, TextFormat.Number));
        }
    }

    /// <summary>The median of the rounds in which it is known.</summary>
    private static double? Median(IReadOnlyList<StateMeasurement> rounds, Func<StateMeasurement, double?> read) =>
        rounds.Select(read).OfType<double>().ToArray() is { Length: > 0 } known ? Rounds.Median(known) : null;

    private static string Text(double? value, Func<double, string> format) => value is { } known ? format(known) : "-";

    private static string Milliseconds(double value) => TextFormat.Milliseconds(TimeSpan.FromMilliseconds(value));
}
