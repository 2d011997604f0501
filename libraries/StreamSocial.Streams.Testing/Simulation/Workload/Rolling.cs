namespace StreamSocial.Streams.Testing.Simulation.Workload;

/// <summary>A number for a sequence of texts, which differs when one is missing, repeated or out of its place (FNV-1a).</summary>
internal static class Rolling
{
    public static long Add(long sequence, string text)
    {
        var hash = (ulong)sequence ^ 14695981039346656037;
        foreach (var character in text)
            hash = (hash ^ character) * 1099511628211;
        return (long)(hash >> 1);
    }
}
