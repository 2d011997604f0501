using StreamSocial.Streams.Reporting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Reporting;

public sealed class MemberReporterTests
{
    /// <summary>An operator resets a task by what is reported, so none may be left out.</summary>
    [Theory]
    [InlineData(1, 500)]
    [InlineData(1_500, 33)]
    public void Describe_AnyNumberOfFailedTasks_AreAllThereWithReasonsThatFitIntoAReport(int failed, int reason)
    {
        var described = MemberReporter.Describe([.. Enumerable.Range(0, failed).Select(Failed)]).ToArray();

        Assert.Equal(Enumerable.Range(0, failed), described.Select(task => task.Partition));
        Assert.All(described, task => Assert.Equal(reason, task.Reason.Length));
    }

    private static TaskBackoff Failed(int partition) =>
        new(new TaskId("clicks", partition), new string('x', 1_000), DateTimeOffset.UnixEpoch, Failures: 1, NextTry: null, IsPoisoned: false);
}
