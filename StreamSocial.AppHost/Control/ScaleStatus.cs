namespace StreamSocial.AppHost.Control;

/// <param name="Replicas">Running or starting.</param>
/// <param name="Ready">Of those, healthy.</param>
internal sealed record ScaleStatus(int Replicas, int Ready);
