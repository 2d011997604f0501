using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.State;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench state</c>: what followers and feeds cost in memory, beside plain collections.</summary>
internal sealed class BenchStateCommand : Command
{
    private readonly Option<int> _users = SharedOptions.AtLeastOne("--users", "Users, each with a feed.", 5_000);
    private readonly Option<int> _edges = SharedOptions.AtLeastOne("--edges-per-user", "Users that each of them follows; at most half of all.", 100);
    private readonly Option<int> _entries = SharedOptions.AtLeastOne("--entries", "Entries of each feed.", 100);
    private readonly Option<int> _partitions = SharedOptions.AtLeastOne("--partitions", "Partitions over which followers and feeds are spread.", 60);
    private readonly Option<int> _rounds = SharedOptions.AtLeastOne("--rounds", "Measured rounds, after a small one to warm up; medians are shown.", 3);
    private readonly Option<int> _seed = SharedOptions.Seed("Seed of who follows whom.");
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public BenchStateCommand(IAnsiConsole console)
        : base("state", "Fill the feed generator's stores with followers and feeds, beside plain collections with the same: bytes for an edge and an entry, objects, time of a full collection.")
    {
        _console = console;
        foreach (var option in new Option[] { _users, _edges, _entries, _partitions, _rounds, _seed, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var options = new StateBenchmarkOptions
        {
            Users = parsed.GetValue(_users),
            EdgesPerUser = parsed.GetValue(_edges),
            Entries = parsed.GetValue(_entries),
            Partitions = parsed.GetValue(_partitions),
            Rounds = parsed.GetValue(_rounds),
            Seed = parsed.GetValue(_seed),
        };
        Check(options);
        var report = new StateBenchmark(options, _console).Run(cancellationToken);
        StateBenchmarkTable.Write(_console, report);
        await json.WriteAsync(report, cancellationToken);
        return ExitCodes.Done;
    }

    /// <exception cref="UsageException">The numbers do not go together.</exception>
    private static void Check(StateBenchmarkOptions options)
    {
        if (options.EdgesPerUser > options.Users / 2)
            throw new UsageException($"--edges-per-user {options.EdgesPerUser} is more than half of --users {options.Users}.");
        if ((long)options.Users * Math.Max(options.EdgesPerUser, options.Entries) > Array.MaxLength)
            throw new UsageException($"--users {options.Users} times --edges-per-user or --entries is over {Array.MaxLength}.");
    }
}
