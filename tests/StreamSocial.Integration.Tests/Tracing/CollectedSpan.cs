namespace StreamSocial.Integration.Tests.Tracing;

/// <summary>A span as the collector received it; ids in lower-case hexadecimal.</summary>
internal sealed record CollectedSpan(
    string Service, string TraceId, string SpanId, string ParentSpanId, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    public override string ToString() => $"{Service}: {Name} {SpanId} <- {(ParentSpanId.Length == 0 ? "root" : ParentSpanId)}";
}
