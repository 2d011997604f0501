using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>A number for a sequence of texts, which differs when one is missing, repeated or out of its place; never negative.</summary>
/// <remarks>What a schedule does follows from it, so another hash gives the seeds other schedules.</remarks>
internal static class SequenceHash
{
    public static long Add(long sequence, string text) => (long)(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), sequence) >> 1);
}
