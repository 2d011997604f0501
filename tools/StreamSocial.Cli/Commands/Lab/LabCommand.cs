using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;
using StreamSocial.Cli.Lab;
using StreamSocial.Cli.Output;
using StreamSocial.Scaling.Lab.Loads;
using StreamSocial.Scaling.Lab.Model;
using StreamSocial.Scaling.Lab.Runs;

namespace StreamSocial.Cli.Commands.Lab;

/// <summary><c>lab</c>: scaling policies under loads, in a model of the group.</summary>
internal sealed class LabCommand : Command
{
    private const string WhichLoads = "Which loads? Give --all, --scenario NAME or --recording FILE; --list shows the names.";
    private const string HiggsTrace = "shared/data/higgs-activity_time.txt.gz";

    private readonly Option<bool> _all = new("--all") { Description = "Run all loads." };
    private readonly Option<string[]> _scenarios = new("--scenario") { Description = "Run this load; may be repeated.", HelpName = "NAME", DefaultValueFactory = _ => [] };
    private readonly Option<FileInfo[]> _recordings = new("--recording") { Description = "Run a load that 'lab record' wrote; may be repeated.", HelpName = "FILE", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _list = new("--list") { Description = "Only list loads, policies and calibrations." };
    private readonly Option<string[]> _policies = new("--policy")
    {
        Description = $"Compare {PolicyCatalog.Ours} with this policy only, one of {string.Join(", ", PolicyCatalog.Names.Skip(1))}; may be repeated. Default all.", HelpName = "NAME", DefaultValueFactory = _ => [],
    };

    private readonly Option<FileInfo?> _trace = SharedOptions.Trace();
    private readonly Option<string> _calibration = new("--calibration")
    {
        Description = "What the model is calibrated on: embedded or process, as measured on embedded and on three real brokers, or a JSON file.", HelpName = "NAME|FILE", DefaultValueFactory = _ => CalibrationProfiles.Embedded.Name,
    };

    private readonly Option<FileInfo?> _html = new("--html") { Description = "Also draw loads, replicas and ages into this file.", HelpName = "FILE" };
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public LabCommand(IAnsiConsole console)
        : base("lab", "Run scaling policies under loads in a model of the group, and compare them: steps, freshness, cost. Exit code 0 when what is promised of the default policy held in all loads that were run.")
    {
        _console = console;
        _trace.Description = $"Higgs activity trace, plain or gzip; default {HiggsTrace} in a folder above this one. Without it, its loads are left out.";
        // An array of paths says only when it is read that one of them is none.
        _recordings.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
                result.AddError("--recording is ''; give a file that 'lab record' wrote.");
        });
        _policies.AcceptOnlyFromAmong([.. PolicyCatalog.Names]);
        foreach (var option in new Option[] { _all, _scenarios, _recordings, _list, _policies, _trace, _calibration, _html, _json })
            Add(option);
        Validators.Add(RequireLoad);
        Add(new LabRecordCommand(console));
        SetAction(RunAsync);
    }

    private void RequireLoad(CommandResult result)
    {
        // Whether they are given, not what: to read a value that is none, such as an empty path, would throw.
        if (!new Option[] { _all, _list, _scenarios, _recordings }.Any(option => result.GetResult(option) is { Implicit: false }))
            result.AddError(WhichLoads);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        await using var html = ResultFile.Open(parsed.GetValue(_html));
        using var trace = await TraceFile.OpenAsync(parsed.GetValue(_trace), cancellationToken);
        var calibration = ReadCalibration(parsed.GetValue(_calibration)!);
        var catalog = ScenarioCatalog.Create(calibration, FindTrace(trace.Path));
        if (parsed.GetValue(_list))
        {
            List(catalog, calibration);
            return ExitCodes.Done;
        }

        Scenario[] scenarios = [.. Choose(catalog, parsed.GetValue(_all), parsed.GetValue(_scenarios)!), .. parsed.GetValue(_recordings)!.Select(file => ReadRecording(file, calibration))];
        if (scenarios.Length == 0)
            throw new UsageException(WhichLoads);
        var policies = parsed.GetValue(_policies) is { Length: > 0 } named ? named : [.. PolicyCatalog.Names];
        var progress = new Progress<Scenario>(scenario => _console.MarkupLineInterpolated($"  [grey]{scenario.Name}: {scenario.Description}[/]"));
        _console.MarkupLineInterpolated($"Calibration {calibration.Name}: {calibration.Source}");
        var report = await Task.Run(() => LabRunner.Run(scenarios, policies, progress, cancellationToken), CancellationToken.None);
        LabTables.Write(_console, report);
        await html.WriteTextAsync(() => LabPage.Render(report, calibration.Name), cancellationToken);
        await json.WriteAsync(LabDocument.From(report), cancellationToken);
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static Calibration ReadCalibration(string name) => CalibrationProfiles.All.FirstOrDefault(profile => profile.Name == name) ?? Calibration.Read(name);

    private string? FindTrace(string? given)
    {
        if (given is not null)
            return given;
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, HiggsTrace) is var path && File.Exists(path))
                return path;
        }
        _console.MarkupLineInterpolated($"[yellow]The loads of the Higgs trace are left out: no folder above this one has {HiggsTrace}. Give --trace FILE.[/]");
        return null;
    }

    private static IEnumerable<Scenario> Choose(IReadOnlyCollection<Scenario> catalog, bool all, string[] names)
    {
        if (names.FirstOrDefault(name => catalog.All(scenario => scenario.Name != name)) is { } unknown)
            throw new ToolException($"There is no load {unknown}; 'lab --list' shows the names.");
        return catalog.Where(scenario => all || names.Contains(scenario.Name));
    }

    private static Scenario ReadRecording(FileInfo file, Calibration calibration)
    {
        using var stream = file.OpenRead();
        return ScenarioCatalog.FromRecording(Path.GetFileNameWithoutExtension(file.Name), Recording.Read(stream, file.Name), calibration);
    }

    private void List(IReadOnlyCollection<Scenario> catalog, Calibration calibration)
    {
        var table = new Table().AddColumns("Load", "Seconds", "Changes", "Replicas at first", "What comes");
        foreach (var scenario in catalog)
            table.AddRow(Markup.Escape(scenario.Name), $"{scenario.Load.Seconds}", $"{scenario.LoadChanges.Count - 1}", $"{scenario.InitialReplicas}", Markup.Escape(scenario.Description));
        _console.Write(table);
        _console.MarkupLineInterpolated($"{catalog.Count} loads with calibration {calibration.Name}.");
        _console.MarkupLineInterpolated($"Policies: {string.Join(", ", PolicyCatalog.Names)}. Calibrations: {string.Join(", ", CalibrationProfiles.All.Select(profile => profile.Name))}.");
    }
}
