namespace StreamSocial.AppHost.Control;

/// <summary>What is wanted, what is there, and what may be asked for.</summary>
internal sealed record ScaleDocument(ScaleSpec Spec, ScaleStatus Status, int Minimum, int Maximum);
