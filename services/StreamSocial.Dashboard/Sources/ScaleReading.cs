namespace StreamSocial.Dashboard.Sources;

/// <summary>Replicas as the orchestrator knows them: asked for, running, ready, and the bounds.</summary>
internal sealed record ScaleReading(int? Desired, int? Running, int? Ready, int? Minimum, int? Maximum);
