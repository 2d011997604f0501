using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// Notices lanes that stand still, for example in a store whose disk is full. A lane that waits for brokers, for input or for its consumers still turns.
/// </summary>
/// <param name="lanes">Each lane's name, and the time since its loop last turned.</param>
/// <param name="time">When to look.</param>
/// <param name="logger">Is told once of each standstill, and of its end.</param>
internal sealed partial class LaneWatch(IReadOnlyList<(string Name, Func<TimeSpan> SinceTurn)> lanes, TimeProvider time, ILogger<LaneWatch> logger) : IDisposable
{
    /// <summary>Time without a turn that is a standstill: far above what one entry, one store access or one transaction takes.</summary>
    public static readonly TimeSpan Standstill = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly HashSet<string> _standing = [];
    private ITimer? _timer;

    /// <summary>Which lanes stand still, as a sentence; null when none does.</summary>
    public string? Problem
    {
        get
        {
            var standing = lanes.Where(lane => lane.SinceTurn() >= Standstill).Select(lane => $"{lane.Name} has stood still for {lane.SinceTurn().TotalSeconds:F0} s").ToArray();
            return standing.Length == 0 ? null : $"{string.Join(", ", standing)}: a store, a disk or a processor does not return.";
        }
    }

    public void Start() => _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        lock (_standing)
        {
            foreach (var (name, sinceTurn) in lanes)
            {
                var stands = sinceTurn() >= Standstill;
                if (stands && _standing.Add(name))
                    LogStands(name, Standstill.TotalSeconds);
                else if (!stands && _standing.Remove(name))
                    LogTurns(name);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Lane} has stood still for {Seconds:F0} s: a store, a disk or a processor does not return. Nothing of its partitions is processed")]
    private partial void LogStands(string lane, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Lane} goes on")]
    private partial void LogTurns(string lane);
}
