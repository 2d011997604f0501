using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Operations;

/// <summary>The problems of whatever is recorded in the log of actions.</summary>
internal static class OperationProblems
{
    /// <summary>The log did not take a record.</summary>
    public static ProblemKind Unrecorded { get; } = new(
        503, "operation_unrecorded", "The log of actions did not take a record; `detail` says whether the action was done.", "Look at the brokers, and at the state before asking again.");
}
