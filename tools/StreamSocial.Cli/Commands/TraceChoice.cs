using StreamSocial.Replay;
using StreamSocial.Replay.Synthetic;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Commands;

/// <summary>The trace that was named, or a made-up one.</summary>
internal static class TraceChoice
{
    /// <param name="synthetic">Shape of the synthetic network when there is no file. It ends now: ingest refuses what is ahead of its clock.</param>
    public static ITraceSource Open(FileInfo? file, SyntheticTraceOptions synthetic, DateTimeOffset now) =>
        file is null ? new SyntheticTrace(synthetic, now - synthetic.Length) : new HiggsTrace(file.FullName);
}
