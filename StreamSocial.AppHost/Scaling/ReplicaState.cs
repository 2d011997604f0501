namespace StreamSocial.AppHost.Scaling;

/// <summary>One generator as the scaler sees it.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="Active">It runs, or is on its way to.</param>
/// <param name="Ready">It runs and is healthy.</param>
internal sealed record ReplicaState(int Number, bool Active, bool Ready);
