using StreamSocial.Replay;
using StreamSocial.Replay.Synthetic;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Commands;

/// <summary>The trace that was named, or a made-up one.</summary>
internal static class TraceChoice
{
    /// <param name="path">A Higgs trace; null for a synthetic network.</param>
    /// <param name="synthetic">Shape of the synthetic network. It ends now: ingest refuses what is ahead of its clock.</param>
    /// <param name="limit">Most events; null for all.</param>
    /// <param name="now">When the synthetic network ends.</param>
    public static ITraceSource Open(string? path, SyntheticTraceOptions synthetic, long? limit, DateTimeOffset now)
    {
        ITraceSource trace = path is null ? new SyntheticTrace(synthetic, now - synthetic.Length) : new HiggsTrace(path);
        return limit is { } most ? new LimitedTrace(trace, most) : trace;
    }
}
