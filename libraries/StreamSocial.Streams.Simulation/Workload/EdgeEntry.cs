namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>One entry of an edge, the first time it came.</summary>
internal readonly record struct EdgeEntry(string Source, long Number, string Key, string Text);
