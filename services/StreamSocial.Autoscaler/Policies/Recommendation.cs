namespace StreamSocial.Autoscaler.Policies;

/// <summary>How many replicas a policy wanted at one moment, before bounds on how fast to go there.</summary>
internal readonly record struct Recommendation(DateTimeOffset At, int Replicas);
