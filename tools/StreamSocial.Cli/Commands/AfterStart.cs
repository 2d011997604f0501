using Confluent.Kafka;
using StreamSocial.Control;

namespace StreamSocial.Cli.Commands;

/// <summary>What the failures of a drill or a verification mean once its brokers and services have started.</summary>
internal static class AfterStart
{
    /// <summary>Awaits a run that starts brokers or a topology. What keeps them from starting is a <see cref="ToolException"/>; what they fail afterwards did not hold.</summary>
    /// <exception cref="NotHeldException">A broker or a control server failed what was asked of it.</exception>
    public static async Task<T> HeldAsync<T>(Task<T> run)
    {
        try
        {
            return await run;
        }
        catch (Exception e) when (e is ControlException or KafkaException or TopicReadException)
        {
            throw new NotHeldException(e.Message, e);
        }
    }
}
