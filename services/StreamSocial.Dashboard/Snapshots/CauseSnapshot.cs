using System.Collections.Immutable;
using System.Text.Json;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>A cause for which records wait.</summary>
/// <param name="Code">Its name, such as tooFewReplicas.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Remedy">What to do about it; empty when there is nothing to do.</param>
internal sealed record CauseSnapshot(string Code, string Title, string Remedy)
{
    /// <summary>All causes.</summary>
    public static ImmutableArray<CauseSnapshot> All { get; } =
        [.. Enum.GetValues<DelayCause>().Select(cause => new CauseSnapshot(CodeOf(cause), cause.Title(), cause.Remedy()))];

    public static string CodeOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
