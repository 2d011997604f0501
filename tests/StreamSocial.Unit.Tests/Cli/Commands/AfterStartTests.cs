using Confluent.Kafka;
using StreamSocial.Cli;
using StreamSocial.Cli.Commands;
using StreamSocial.Control;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class AfterStartTests
{
    [Fact]
    public async Task HeldAsync_BrokerOrControlServerFails_DidNotHold()
    {
        foreach (var failure in new Exception[] { new ControlException("refused"), new KafkaException(ErrorCode.Local_AllBrokersDown), new TopicReadException("unreadable") })
        {
            var error = await Assert.ThrowsAsync<NotHeldException>(() => AfterStart.HeldAsync(Task.FromException<int>(failure)));
            Assert.Equal((failure.Message, failure), (error.Message, error.InnerException));
        }
    }

    [Fact]
    public async Task HeldAsync_NothingToTry_StaysSo()
    {
        foreach (var failure in new Exception[] { new ToolException("the trace ended"), new UsageException("wrong"), new NotHeldException("lost") })
            Assert.Same(failure, await Record.ExceptionAsync(() => AfterStart.HeldAsync(Task.FromException<int>(failure))));
    }

    [Fact]
    public async Task HeldAsync_NothingFails_IsTheResult() => Assert.Equal(7, await AfterStart.HeldAsync(Task.FromResult(7)));
}
