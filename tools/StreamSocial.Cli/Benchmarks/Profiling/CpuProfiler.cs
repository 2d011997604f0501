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

    /// <summary>The first of those that are installed; null when none is.</summary>
    public static CpuProfiler? Find(DirectoryInfo folder, TimeProvider time) =>
        PathOf("perf") is { } perf ? new PerfProfiler(perf, folder, time)
        : PathOf("dotnet-trace") is { } trace ? new DotNetTraceProfiler(trace, folder, time)
        : null;

    /// <summary>Makes a process that is about to start tell the names of its functions.</summary>
    public abstract void Prepare(ProcessStartInfo start);

    /// <summary>Samples a process until it ends.</summary>
    public ChildProcess Attach(int pid)
    {
        folder.Create();
        Samples.Delete();
        return ChildProcess.Start(new ProcessStartInfo(program, RecordArguments(pid)), new FileInfo(Path.ChangeExtension(Samples.FullName, "log")), EndTimeout, time);
    }

    /// <summary>Waits until the samples of a process that has ended are written.</summary>
    /// <exception cref="ToolException">The tool failed.</exception>
    public async Task<CpuProfile> SummarizeAsync(ChildProcess recording, CancellationToken cancellationToken)
    {
        for (var waiting = Stopwatch.GetTimestamp(); !recording.HasExited && Stopwatch.GetElapsedTime(waiting) < EndTimeout;)
            await Task.Delay(Poll, time, cancellationToken);
        if (!recording.HasExited || !Samples.Exists)
            throw new ToolException($"{program} wrote no samples: {string.Join(' ', recording.LastLines)}");

        using var report = Process.Start(new ProcessStartInfo(program, ReportArguments()) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = report.StandardError.ReadToEndAsync(cancellationToken);
        var lines = (await report.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n');
        await report.WaitForExitAsync(cancellationToken);
        var summary = Select(lines).Take(Top).ToArray();
        return report.ExitCode == 0 && summary.Length > 0 ? new CpuProfile(Sampled, summary) : throw new ToolException($"{program} cannot read {Samples.FullName}: {await errors}");
    }

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
internal sealed record CpuProfile(string Sampled, IReadOnlyList<string> HottestFunctions);

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

    protected override string[] RecordArguments(int pid) => ["collect", "--process-id", $"{pid}", "--output", Samples.FullName];

    protected override string[] ReportArguments() => ["report", Samples.FullName, "topN", "-n", $"{Top}"];

    protected override IEnumerable<string> Select(IEnumerable<string> lines) => lines.Where(line => line.Contains('%')).Select(line => line.TrimEnd());
}
