using System.Globalization;

namespace StreamSocial.Cli.Topology;

/// <summary>All processes of the machine at one moment. Linux only; elsewhere it is empty, and what is made from it unknown.</summary>
internal sealed class ProcessTree
{
    /// <summary>USER_HZ, which the kernel's interface fixes at 100.</summary>
    private const double TicksPerSecond = 100;

    private readonly Dictionary<int, ProcessSample> _processes = [];
    private readonly ILookup<int, ProcessSample> _children;

    private ProcessTree(IEnumerable<ProcessSample> processes)
    {
        foreach (var process in processes)
            _processes[process.Pid] = process;
        _children = _processes.Values.ToLookup(process => process.ParentPid);
    }

    public static ProcessTree Read()
    {
        if (!Directory.Exists("/proc/self"))
            return new ProcessTree([]);
        return new ProcessTree(Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? ReadProcess(pid) : null)
            .OfType<ProcessSample>());
    }

    /// <summary>Whether the same process, not another one with its number, is still alive.</summary>
    public bool Contains(ProcessSample process) =>
        _processes.TryGetValue(process.Pid, out var found) && found.StartTicks == process.StartTicks;

    public ProcessSample? Find(int pid) => _processes.GetValueOrDefault(pid);

    /// <summary>Children, their children and so on; without the process itself.</summary>
    public IReadOnlyList<ProcessSample> DescendantsOf(int pid)
    {
        var found = new List<ProcessSample>(_children[pid]);
        for (var i = 0; i < found.Count; i++)
            found.AddRange(_children[found[i].Pid]);
        return found;
    }

    /// <summary>
    /// A process's descendants, and those of the orchestrators that watch one of them: Aspire's orchestrator detaches itself from the AppHost, whose id its command line
    /// names, and the services are its children. Its own parent is the first process of the machine, or one that adopts orphans before, as systemd does for a user.
    /// </summary>
    public IReadOnlyList<ProcessSample> TopologyOf(int pid)
    {
        var below = DescendantsOf(pid);
        var watched = below.Select(process => process.Pid).Append(pid).ToHashSet();
        var orchestrators = _processes.Values.Where(process => !watched.Contains(process.Pid) && MonitoredBy(process.Pid) is { } monitored && watched.Contains(monitored)).ToArray();
        // One may be below another.
        return [.. below.Concat(orchestrators).Concat(orchestrators.SelectMany(orchestrator => DescendantsOf(orchestrator.Pid))).Distinct()];
    }

    /// <summary>Arguments of a process, separated by spaces; empty when it has ended.</summary>
    public static string ReadCommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ').Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static int? MonitoredBy(int pid)
    {
        var words = ReadCommandLine(pid).Split(' ');
        var option = Array.IndexOf(words, "--monitor");
        return option >= 0 && option + 1 < words.Length && int.TryParse(words[option + 1], CultureInfo.InvariantCulture, out var monitored) ? monitored : null;
    }

    private static ProcessSample? ReadProcess(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");

            // The name, in parentheses, may itself hold spaces and parentheses.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] is "Z" or "X")
                return null;
            var ticks = Parse(fields[11]) + Parse(fields[12]);
            return new ProcessSample(
                pid,
                (int)Parse(fields[1]),
                Parse(fields[19]),
                ticks / TicksPerSecond,
                Parse(fields[21]) * Environment.SystemPageSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at.
            return null;
        }
    }

    private static long Parse(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}

/// <summary>One process at one moment, from <c>/proc</c>.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="ParentPid">Its parent's number.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot: with the pid it tells processes apart for good.</param>
/// <param name="CpuSeconds">CPU time used, user and system.</param>
/// <param name="ResidentBytes">Resident memory; pages shared with other processes count in each of them.</param>
internal sealed record ProcessSample(int Pid, int ParentPid, long StartTicks, double CpuSeconds, long ResidentBytes);

/// <summary>Says what kind of process a command line is. Pure.</summary>
internal static class ProcessKind
{
    /// <summary>What all of our services' kinds begin with.</summary>
    public const string ServicePrefix = "StreamSocial.";

    private static readonly string[] LeastServices = [ProgramLocator.FeedGenerator, ProgramLocator.Ingest];

    /// <summary>Whether the services are among the kinds, without which nothing is known of a topology's processes.</summary>
    public static bool HasServices(IEnumerable<string> kinds) => !LeastServices.Except(kinds).Any();

    /// <param name="commandLine">Arguments, separated by spaces.</param>
    /// <returns><c>kafka</c> for a broker, else the program's name, for a .NET program that of its assembly.</returns>
    public static string Of(string commandLine)
    {
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Contains("kafka.Kafka"))
            return "kafka";
        var names = words.Select(word => Path.GetFileName(word));
        var program = names.FirstOrDefault() ?? "unknown";
        if (program == "dotnet")
            program = names.FirstOrDefault(name => name.EndsWith(".dll", StringComparison.Ordinal)) ?? program;
        return program.EndsWith(".dll", StringComparison.Ordinal) ? program[..^4] : program;
    }
}
