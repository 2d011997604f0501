using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Limits;

public sealed class RealRecordLimitsTests(KraftFixture kafka)
{
    private const int ApacheDefault = 1_048_588;

    [Fact]
    public async Task ReadAsync_TopicWithItsOwnLimit_DecidesUnlessItIsLarger()
    {
        var token = TestContext.Current.CancellationToken;
        var settings = await kafka.GetSettingsAsync();
        TopicSpec small = Topic("limits-small"), large = Topic("limits-large"), missing = Topic("limits-missing");
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([small, large], token);
        await TopicSettings.SetAsync(settings, small.Name, ("max.message.bytes", "400000"));
        await TopicSettings.SetAsync(settings, large.Name, ("max.message.bytes", "5000000"));

        Assert.Equal(400_000 - 128, (await Limits(settings).ReadAsync([small, large], token)).RecordBytes);
        Assert.Equal(RecordLimit.ClientDefaultBytes, (await Limits(settings).ReadAsync([large, missing], token)).RecordBytes);
        // A topic that does not exist yet counts with its brokers' default.
        Assert.Equal(ApacheDefault - 128, (await Limits(With(settings, ApacheDefault)).ReadAsync([large, missing], token)).RecordBytes);
        Assert.Equal(4_000_000, (await Limits(With(settings, 4_000_000)).ReadAsync([large], token)).RecordBytes);
    }

    [Fact]
    public async Task ReadAsync_ClientTakesMoreThanATopic_NamesBoth()
    {
        var token = TestContext.Current.CancellationToken;
        var settings = await kafka.GetSettingsAsync();
        var topic = Topic("limits-contradicted");
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([topic], token);

        var error = await Assert.ThrowsAsync<RecordLimitException>(() => Limits(With(settings, 2_000_000)).ReadAsync([topic], token));
        Assert.Contains("2000000", error.Message, StringComparison.Ordinal);
        Assert.Contains($"topic {topic.Name} takes at most {ApacheDefault} bytes", error.Message, StringComparison.Ordinal);
    }

    private static TopicSpec Topic(string name) => new(name, 1, CleanupPolicy.Delete, TimeSpan.FromHours(1), "of a test");

    private static RecordLimits Limits(KafkaClientSettings settings) => new(settings, NullLogger<RecordLimits>.Instance);

    private static KafkaClientSettings With(KafkaClientSettings settings, int messageMaxBytes) => new(
        settings.BootstrapServers, new KafkaOptions { Client = { ["message.max.bytes"] = messageMaxBytes.ToString(CultureInfo.InvariantCulture) } });
}
