using StreamSocial.Kafka.DeadLetters;

namespace StreamSocial.Dashboard.DeadLetters;

internal static class DeadLetterServices
{
    /// <summary>Adds the dead letters of the running cluster, or none where <see cref="DashboardOptions.Demo"/> says so.</summary>
    public static void AddDeadLetters(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<bool>($"{DashboardOptions.SectionName}:{nameof(DashboardOptions.Demo)}"))
        {
            builder.Services.AddSingleton<IDeadLetters, NoDeadLetters>();
            return;
        }
        builder.Services.AddSingleton<DeadLetterReader>().AddSingleton<DeadLetterReplay>().AddSingleton<ReplayedLetters>();
        builder.Services.AddSingleton<IDeadLetters, KafkaDeadLetters>();
    }
}
