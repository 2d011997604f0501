using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Simulation.Brokers;
using StreamSocial.Streams.Simulation.Replicas;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation;

/// <summary>What the parts of one schedule share.</summary>
internal sealed record SimulationContext(
    SimulatedBrokers Brokers, SimulatedTopics Topics, FakeTimeProvider Time, SimulationRandom Random, StreamsOptions Options, SimulationCounters Counters)
{
    public Mutant Mutant => Brokers.Mutant;

    /// <summary>What happened, in order; null when it is not recorded.</summary>
    public List<string>? History { get; init; }

    public AuditCounters Audit { get; } = new();

    /// <summary>By task: the greatest position as of which it could be read.</summary>
    public Dictionary<TaskId, long> Shown { get; } = [];

    /// <summary>Runs other steps while a call of the process is in progress.</summary>
    /// <exception cref="SimulatedCrashException">The process died meanwhile.</exception>
    public Action<SimulatedProcess> Wait { get; set; } = _ => { };

    /// <summary>Whether all brokers die at times; not in every schedule, since they end much that would come to something else.</summary>
    public bool BrokersDie { get; init; }

    /// <summary>Whether nothing dies any more.</summary>
    public bool IsHealing { get; set; }

    public bool IsRecording => History is not null;

    public void Note(string who, string what) => History?.Add($"{Counters.Steps,5} {Time.GetTimestamp() / TimeSpan.TicksPerMillisecond % 1_000_000,6} ms  {who,-8} {what}");
}

/// <summary>Random numbers that are the same for a seed in every version and on every machine (SplitMix64).</summary>
internal sealed class SimulationRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 to <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>True once in <paramref name="times"/> on average.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}

/// <summary>A guarantee was violated in a simulated schedule.</summary>
internal sealed class SimulationException(string message) : Exception(message);

/// <summary>Unwinds a call during which its process died.</summary>
internal sealed class SimulatedCrashException() : Exception("The process died.");
