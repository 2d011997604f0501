using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations.DeadLetters;

namespace StreamSocial.Dashboard.DeadLetters;

internal static class DeadLetterServices
{
    /// <summary>Adds the dead letters of the running cluster, or none in demo mode.</summary>
    public static void AddDeadLetters(this WebApplicationBuilder builder, bool isDemo)
    {
        if (isDemo)
        {
            builder.Services.AddSingleton<IDeadLetters, NoDeadLetters>();
            return;
        }
        builder.Services.AddSingleton<DeadLetterReader>().AddSingleton<DeadLetterPages>().AddSingleton<DeadLetterReplay>().AddSingleton<ReplayOrder>().AddSingleton<ReplayedLetters>();
        builder.Services.AddSingleton<IDeadLetters, KafkaDeadLetters>();
    }
}
