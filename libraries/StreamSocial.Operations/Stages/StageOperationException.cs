namespace StreamSocial.Operations.Stages;

/// <summary>A stage was not paused, resumed or reset. Nothing has changed, unless the brokers do not answer: then what was asked for may still arrive.</summary>
/// <param name="refusal">Why, for programs.</param>
/// <param name="message">Why, for a person.</param>
/// <param name="inner">What went wrong; null when it was refused.</param>
public sealed class StageOperationException(StageRefusal refusal, string message, Exception? inner = null) : Exception(message, inner)
{
    public StageRefusal Refusal => refusal;
}

/// <summary>Why it was not done.</summary>
public enum StageRefusal
{
    /// <summary>There is no such stage.</summary>
    UnknownStage,

    /// <summary>The position is none, or not in the input, or what it would skip or repeat is not known.</summary>
    BadPosition,

    /// <summary>The partitions are none of the input's.</summary>
    BadPartitions,

    /// <summary>The name or the reason is longer than anybody reads.</summary>
    BadText,

    /// <summary>The group's name was not typed.</summary>
    NotConfirmed,

    /// <summary>It is not known yet which stages are paused.</summary>
    ControlsUnknown,

    /// <summary>The brokers do not answer.</summary>
    NoAnswer,
}
