namespace StreamSocial.Alerts.Evaluation;

/// <summary>How much a count has grown within a window.</summary>
/// <param name="Amount">What is known to have come.</param>
/// <param name="IsComplete">Whether the whole window was watched; otherwise there may have been more.</param>
public readonly record struct GrowthSignal(long Amount, bool IsComplete);
