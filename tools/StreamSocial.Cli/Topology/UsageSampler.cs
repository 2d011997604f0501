namespace StreamSocial.Cli.Topology;

/// <summary>Samples memory and CPU time of the topology below a process, and the CPU time of that process, until it is disposed.</summary>
internal sealed class UsageSampler : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly int _pid;
    private readonly Dictionary<(int Pid, long Start), (string Kind, ProcessSample Last, long Peak)> _seen = [];
    private readonly HashSet<(int Pid, long Start)> _running = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ProcessorTime? _start = ProcessorTime.Read();
    private readonly Task _sampling;

    public UsageSampler(int pid, TimeProvider time)
    {
        _pid = pid;
        _sampling = SampleAsync(time);
    }

    /// <summary>Largest sum of the resident memory of all processes below; null when it cannot be read here.</summary>
    public long? PeakBytes { get; private set; }

    /// <summary>Part of the machine that the hypervisor has given to others since the start, 0 to 1; null when unknown.</summary>
    public double? StolenShare => ProcessorTime.Read()?.StolenSince(_start);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling;
        _stop.Dispose();
    }

    /// <summary>By kind of process, the one that used most first.</summary>
    /// <param name="workCpuSeconds">What each kind used for the work that is measured; empty when that is not told apart.</param>
    public IReadOnlyList<KindUsage> ReadKinds(IReadOnlyDictionary<string, double>? workCpuSeconds = null)
    {
        lock (_seen)
        {
            return [.. _seen.Values.GroupBy(seen => seen.Kind)
                .Select(kind => new KindUsage(kind.Key, kind.Count(), kind.Sum(seen => seen.Last.CpuSeconds), kind.Max(seen => seen.Peak))
                {
                    WorkCpuSeconds = workCpuSeconds?.TryGetValue(kind.Key, out var work) == true ? work : null,
                })
                .OrderByDescending(kind => kind.CpuSeconds)];
        }
    }

    /// <summary>CPU time that all processes of each kind have used by now, ended ones included.</summary>
    public IReadOnlyDictionary<string, double> ReadCpuSeconds()
    {
        lock (_seen)
        {
            Sample();
            return _seen.Values.GroupBy(seen => seen.Kind).ToDictionary(kind => kind.Key, kind => kind.Sum(seen => seen.Last.CpuSeconds));
        }
    }

    /// <summary>What each kind has used since an earlier reading.</summary>
    public IReadOnlyDictionary<string, double> ReadCpuSecondsSince(IReadOnlyDictionary<string, double> earlier) =>
        ReadCpuSeconds().ToDictionary(kind => kind.Key, kind => kind.Value - earlier.GetValueOrDefault(kind.Key));

    /// <summary>Resident memory of the processes that run now, by kind.</summary>
    public IReadOnlyDictionary<string, long> ReadResidentBytes()
    {
        lock (_seen)
            return _seen.Where(seen => _running.Contains(seen.Key)).GroupBy(seen => seen.Value.Kind).ToDictionary(kind => kind.Key, kind => kind.Sum(seen => seen.Value.Last.ResidentBytes));
    }

    private async Task SampleAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                Sample();
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Sample();
        }
    }

    private void Sample()
    {
        var tree = ProcessTree.Read();
        if (tree.Find(_pid) is not { } root)
            return;
        var descendants = tree.TopologyOf(_pid);
        lock (_seen)
        {
            PeakBytes = Math.Max(PeakBytes ?? 0, descendants.Sum(process => process.ResidentBytes));
            _running.Clear();
            foreach (var process in descendants.Append(root))
            {
                var key = (process.Pid, process.StartTicks);
                _running.Add(key);
                var before = _seen.GetValueOrDefault(key);

                // Read each time: between fork and exec a process still has its parent's command line.
                var commandLine = ProcessTree.ReadCommandLine(process.Pid);
                _seen[key] = (commandLine.Length > 0 ? ProcessKind.Of(commandLine) : before.Kind ?? "unknown", process, Math.Max(process.ResidentBytes, before.Peak));
            }
        }
    }
}

/// <summary>What all processes of one kind used.</summary>
/// <param name="Processes">Number of processes there were, over the whole time.</param>
/// <param name="CpuSeconds">CPU time of all of them, ended ones included.</param>
/// <param name="PeakBytes">Largest resident memory of a single one.</param>
internal sealed record KindUsage(string Kind, int Processes, double CpuSeconds, long PeakBytes)
{
    /// <summary>Part of the CPU time that the measured work took, without start and reading back; null when that is not told apart.</summary>
    public double? WorkCpuSeconds { get; init; }
}
