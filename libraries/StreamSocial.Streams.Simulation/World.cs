using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Simulation.Brokers;
using StreamSocial.Streams.Simulation.Replicas;
using StreamSocial.Streams.Simulation.Workload;

namespace StreamSocial.Streams.Simulation;

/// <summary>What the parts of one schedule share.</summary>
internal sealed record World(
    SimulatedBrokers Brokers, SimulatedTopics Topics, FakeTimeProvider Time, SimulationRandom Random, StreamsOptions Options, SimulationCounters Counters,
    Mutant Mutant, List<string>? History)
{
    public AuditCounters Audit { get; } = new();

    /// <summary>A call of the process takes its time; others go on meanwhile.</summary>
    /// <exception cref="SimulatedCrash">The process died meanwhile.</exception>
    public Action<SimulatedProcess> Wait { get; set; } = _ => { };

    public bool IsRecording => History is not null;

    public void Note(string who, string what) => History?.Add($"{Counters.Steps,5} {Time.GetTimestamp() / TimeSpan.TicksPerMillisecond % 1_000_000,6} ms  {who,-8} {what}");
}
