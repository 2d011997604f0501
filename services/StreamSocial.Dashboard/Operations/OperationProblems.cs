using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Operations;

/// <summary>The problems of whatever is recorded in the log of actions.</summary>
internal static class OperationProblems
{
    /// <summary>The log did not take a record.</summary>
    public static ProblemKind NotRecorded { get; } = new(
        503, "not_recorded", "The log of actions did not take a record of this; `detail` says whether it was done.", "Look at the brokers; try again if nothing was done.");
}
