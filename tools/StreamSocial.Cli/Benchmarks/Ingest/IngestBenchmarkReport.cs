using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Benchmarks.Ingest;

/// <summary>What a server did with the requests of a round.</summary>
/// <param name="Requests">Requests answered.</param>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="ServerCpu">CPU seconds of the server.</param>
/// <param name="ClientCpu">CPU seconds of the clients.</param>
internal sealed record ServerMeasurement(int Requests, TimeSpan Elapsed, double ServerCpu, double ClientCpu)
{
    [JsonInclude]
    public double RequestsPerSecond => Requests / Elapsed.TotalSeconds;

    /// <summary>Requests for each second of the server's CPU time.</summary>
    [JsonInclude]
    public double RequestsPerCoreSecond => Requests / ServerCpu;
}

/// <summary>One round.</summary>
/// <param name="Ingest">Requests to ingest.</param>
/// <param name="Bare">The same requests to a server that only reads them.</param>
/// <param name="ProducedPerSecond">Records per second of producers without HTTP and JSON.</param>
internal sealed record IngestRound(ServerMeasurement Ingest, ServerMeasurement Bare, double ProducedPerSecond)
{
    /// <summary>Ingest's requests per second, as a fraction of the bare server's.</summary>
    [JsonInclude]
    public double Share => Ingest.RequestsPerSecond / Bare.RequestsPerSecond;
}

/// <summary>What <see cref="IngestBenchmark"/> measured, round by round.</summary>
internal sealed record IngestBenchmarkReport
{
    public required string Kafka { get; init; }

    /// <summary>Actions of a request.</summary>
    public required int Batch { get; init; }

    /// <summary>Bytes of a request's body, on average.</summary>
    public required double BodyBytes { get; init; }

    public required int Connections { get; init; }

    public required IReadOnlyList<IngestRound> Rounds { get; init; }

    public required double Aim { get; init; }

    public required string Hardware { get; init; }

    /// <summary>Ingest's requests per second, as a fraction of the bare server's; the median round's.</summary>
    [JsonInclude]
    public double Share => Benchmarks.Rounds.Median(Rounds.Select(round => round.Share));

    [JsonInclude]
    public bool Passed => Share >= Aim;
}

internal static class IngestBenchmarkTable
{
    public static void Write(IAnsiConsole console, IngestBenchmarkReport report)
    {
        var table = new Table().AddColumns($"Median of {report.Rounds.Count} rounds", "Ingest", "Bare Kestrel", "Ingest / it", "Producers alone");
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        Add("requests/s", server => server.RequestsPerSecond, produced: 1.0 / report.Batch);
        Add("actions/s", server => server.RequestsPerSecond * report.Batch, produced: 1);
        Add("requests for a CPU second of the server", server => server.RequestsPerCoreSecond);
        Add("CPU s of the clients for 1,000 requests", server => server.ClientCpu / server.Requests * 1_000);
        console.Write(table);
        console.MarkupLineInterpolated($"{report.Kafka}, {report.Batch} actions and {report.BodyBytes:N0} bytes a request, {report.Connections} connections, {report.Hardware}");
        console.MarkupLine(report.Passed ? $"[green]At least {report.Aim:0.##} of the bare server's requests/s.[/]" : $"[red]Less than {report.Aim:0.##} of the bare server's requests/s.[/]");

        void Add(string name, Func<ServerMeasurement, double> read, double? produced = null) => table.AddRow(
            name,
            TextFormat.Number(Median(round => read(round.Ingest))),
            TextFormat.Number(Median(round => read(round.Bare))),
            $"{Median(round => read(round.Ingest) / read(round.Bare)):0.00}",
            produced is { } factor ? TextFormat.Number(Median(round => round.ProducedPerSecond * factor)) : "");

        double Median(Func<IngestRound, double> read) => Rounds.Median(report.Rounds.Select(read));
    }
}
