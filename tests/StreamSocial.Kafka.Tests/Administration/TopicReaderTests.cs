using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Administration;

public sealed class TopicReaderTests(KraftFixture kraft)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task RealBrokers_ASettingWasChanged_IsDriftUntilTheCommandsSettingIsBack()
    {
        var settings = await kraft.GetSettingsAsync();
        TopicSpec[] catalogue =
        [
            new("drifting", 2, CleanupPolicy.CompactAndDelete, TimeSpan.FromDays(1), ""),
            new("never-created", 2, CleanupPolicy.Delete, TimeSpan.FromDays(1), ""),
        ];
        using (var administrator = await kraft.GetAdministratorAsync())
            await administrator.CreateAsync(catalogue[..1], TestContext.Current.CancellationToken);
        var whole = await ReadAsync(settings, catalogue);
        Assert.Empty(whole[0].Drifts!.Value);
        Assert.Equal(("compact,delete", 86_400_000L, 0L), (string.Join(',', whole[0].Cleanup!.Split(',').Order()), whole[0].RetentionMs, whole[0].Records));
        Assert.Equal(0, whole[1].Partitions);

        await TopicSettings.SetAsync(settings, "drifting", ("retention.ms", "3600000"));

        var changed = await ReadAsync(settings, catalogue);
        Assert.Equal([new TopicDrift("retention.ms", "86400000", "3600000")], changed[0].Drifts!.Value);
        Assert.Equal(
            $"kafka-configs --bootstrap-server {settings.BootstrapServers} --alter --entity-type topics --entity-name drifting --add-config 'retention.ms=86400000'", changed[0].Mend);
    }

    private static async Task<IReadOnlyList<TopicReport>> ReadAsync(KafkaClientSettings settings, TopicSpec[] catalogue)
    {
        using var reader = new TopicReader(settings, TimeProvider.System, NullLoggerFactory.Instance);
        return (await reader.ReadAsync(catalogue, ReadTimeout, TestContext.Current.CancellationToken)).Describe(null, null, settings.BootstrapServers);
    }
}
