using Microsoft.Extensions.Options;
using StreamSocial.Replay;
using StreamSocial.Replay.Sending;
using StreamSocial.Replay.Synthetic;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Traffic;

/// <summary>Makes the trace of each round.</summary>
internal sealed class TraceFactory(IOptions<TrafficOptions> options, TimeProvider time)
{
    /// <param name="round">0 for the first; the others get ids of their own, so that they are not taken for repeats.</param>
    public ITraceSource Create(int round) =>
        string.IsNullOrEmpty(options.Value.Trace)
            ? new SyntheticTrace(options.Value.Synthetic, StartOfSynthetic())
            : new HiggsTrace(options.Value.Trace, round == 0 ? "h" : $"h{round}-");

    /// <summary>Now, if it runs at its own speed; otherwise so long ago that no event is ahead of the clock, which ingest refuses.</summary>
    private DateTimeOffset StartOfSynthetic() =>
        options.Value.Pace == ReplayPace.TraceSpeed(1) ? time.GetUtcNow() : time.GetUtcNow() - options.Value.Synthetic.Length;
}
