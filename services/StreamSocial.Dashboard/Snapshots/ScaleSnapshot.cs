namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Replicas asked for, running and ready, and the bounds.</summary>
internal sealed record ScaleSnapshot(int? Desired, int? Running, int? Ready, int? Minimum, int? Maximum);
