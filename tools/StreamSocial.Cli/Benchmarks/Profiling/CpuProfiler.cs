using System.Diagnostics;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Benchmarks.Profiling;

/// <summary>
/// A sampling profiler that is installed on this machine: <c>perf</c>, which sees processor time and native code, or else <c>dotnet-trace</c>. It slows down what it watches, so
/// a round that is profiled does not count.
/// </summary>
internal abstract class CpuProfiler(string program, DirectoryInfo folder, TimeProvider time)
{
    /// <summary>Functions that the summary has.</summary>
    protected const int Top = 25;

    /// <summary>Time to write what was sampled, once the process that was watched has ended.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Where the samples go.</summary>
    public FileInfo Samples => new(Path.Combine(folder.FullName, $"bench-cpu.{Extension}"));

    /// <summary>How a person looks at all of it.</summary>
    public abstract string ViewCommand { get; }

    /// <summary>What it samples, for a person.</summary>
    protected abstract string Sampled { get; }

    protected abstract string Extension { get; }

    /// <summary>The first of those that are installed and may sample here.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public static Task<CpuProfiler> FindAsync(DirectoryInfo folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var installed = new List<CpuProfiler>();
        if (PathOf("perf") is { } perf)
            installed.Add(new PerfProfiler(perf, folder, time));
        if (PathOf("dotnet-trace") is { } trace)
            installed.Add(new DotNetTraceProfiler(trace, folder, time));
        return FindAsync(installed, cancellationToken);
    }

    /// <summary>The first that may sample here.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public static async Task<CpuProfiler> FindAsync(IReadOnlyList<CpuProfiler> installed, CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        foreach (var profiler in installed)
        {
            if (await profiler.TryAsync(cancellationToken) is not { } reason)
                return profiler;
            reasons.Add(reason);
        }

        throw new ToolException(reasons.Count > 0
            ? $"--profile-cpu: {string.Join(' ', reasons)}"
            : "--profile-cpu needs perf or dotnet-trace, and neither is on the PATH: install one, for example with 'dotnet tool install --global dotnet-trace'.");
    }

    /// <summary>Makes a process that is about to start tell the names of its functions.</summary>
    public abstract void Prepare(ProcessStartInfo start);

    /// <summary>Samples a process until it ends.</summary>
    public ChildProcess Attach(int pid)
    {
        folder.Create();
        Samples.Delete();
        return ChildProcess.Start(new ProcessStartInfo(program, RecordArguments(pid)), new FileInfo(Path.ChangeExtension(Samples.FullName, "log")), EndTimeout, time);
    }

    /// <summary>Waits until the samples of a process that has ended are written. What the tool fails costs the profile, and nothing that was measured before.</summary>
    public async Task<CpuProfile> SummarizeAsync(ChildProcess recording, CancellationToken cancellationToken)
    {
        for (var waiting = Stopwatch.GetTimestamp(); !recording.HasExited && Stopwatch.GetElapsedTime(waiting) < EndTimeout;)
            await Task.Delay(Poll, time, cancellationToken);
        if (!recording.HasExited || !Samples.Exists)
            return new CpuProfile(Sampled, []) { Missing = $"{program} wrote no samples: {string.Join(' ', recording.LastLines)}" };

        var (exitCode, output, errors) = await RunAsync(ReportArguments(), cancellationToken);
        var summary = Select(output.Split('\n')).Take(Top).ToArray();
        return new CpuProfile(Sampled, summary) { Missing = exitCode == 0 && summary.Length > 0 ? null : $"{program} cannot read {Samples.FullName}: {errors}" };
    }

    /// <summary>What keeps it from sampling here, before anything is measured; null when nothing does.</summary>
    private async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        folder.Create();
        var trial = new FileInfo(Path.ChangeExtension(Samples.FullName, "trial"));
        var (exitCode, output, errors) = await RunAsync(TrialArguments(trial), cancellationToken);
        trial.Delete();
        return exitCode == 0 ? null : $"{program} does not work here: {(errors.Length > 0 ? errors : output).ReplaceLineEndings(" ").Trim()}";
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        ChildProcess.Begin(process);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Ends at once, and well if the tool may sample.</summary>
    /// <param name="samples">Where samples may go.</param>
    protected abstract string[] TrialArguments(FileInfo samples);

    protected abstract string[] RecordArguments(int pid);

    protected abstract string[] ReportArguments();

    /// <summary>The lines of a report that name functions.</summary>
    protected abstract IEnumerable<string> Select(IEnumerable<string> lines);

    private static string? PathOf(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
        .FirstOrDefault(File.Exists);
}

/// <summary>Where a process spent its time.</summary>
/// <param name="Sampled">What was sampled, for a person.</param>
/// <param name="HottestFunctions">Those that took most of it, with their shares, as the tool writes them.</param>
internal sealed record CpuProfile(string Sampled, IReadOnlyList<string> HottestFunctions)
{
    /// <summary>Why there is no profile; null when there is one.</summary>
    public string? Missing { get; init; }
}

/// <summary>perf of the Linux kernel.</summary>
internal sealed class PerfProfiler(string program, DirectoryInfo folder, TimeProvider time) : CpuProfiler(program, folder, time)
{
    /// <summary>Samples a second; no round number, so that nothing periodic is always or never seen.</summary>
    private const string Frequency = "197";

    public override string ViewCommand => $"perf report -i {Samples.FullName}";

    protected override string Sampled => "processor time";

    protected override string Extension => "perf";

    /// <summary>The runtime then writes a map of its functions, and keeps these in memory of no file: perf looks into the map for that only.</summary>
    public override void Prepare(ProcessStartInfo start) =>
        (start.Environment["DOTNET_PerfMapEnabled"], start.Environment["DOTNET_EnableWriteXorExecute"]) = ("1", "0");

    protected override string[] TrialArguments(FileInfo samples) =>
        ["record", "--freq", Frequency, "-g", "--output", samples.FullName, "--pid", $"{Environment.ProcessId}", "--", "true"];

    protected override string[] RecordArguments(int pid) => ["record", "--freq", Frequency, "-g", "--output", Samples.FullName, "--pid", $"{pid}"];

    protected override string[] ReportArguments() => ["report", "--input", Samples.FullName, "--stdio", "--no-children", "--call-graph", "none", "--fields", "overhead,symbol"];

    protected override IEnumerable<string> Select(IEnumerable<string> lines) => lines.Where(line => line.Contains('%') && !line.StartsWith('#')).Select(line => line.Trim());
}

/// <summary>.NET's own tool.</summary>
internal sealed class DotNetTraceProfiler(string program, DirectoryInfo folder, TimeProvider time) : CpuProfiler(program, folder, time)
{
    public override string ViewCommand => $"dotnet-trace report {Samples.FullName} topN -n {Top}";

    protected override string Sampled => "managed threads' time, waits included,";

    protected override string Extension => "nettrace";

    public override void Prepare(ProcessStartInfo start)
    {
        // Its events name the functions.
    }

    protected override string[] TrialArguments(FileInfo samples) => ["--version"];

    protected override string[] RecordArguments(int pid) => ["collect", "--process-id", $"{pid}", "--output", Samples.FullName];

    protected override string[] ReportArguments() => ["report", Samples.FullName, "topN", "-n", $"{Top}"];

    protected override IEnumerable<string> Select(IEnumerable<string> lines) => lines.Where(line => line.Contains('%')).Select(line => line.TrimEnd());
}
