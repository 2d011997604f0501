using StreamSocial.Events;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Takes the decisions that are worth keeping.</summary>
internal interface IDecisionSink
{
    /// <summary>Hands a decision over; it is delivered in order, later.</summary>
    void Publish(ScalingDecision decision);
}
