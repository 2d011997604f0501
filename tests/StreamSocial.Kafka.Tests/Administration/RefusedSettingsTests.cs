using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Administration;

/// <summary>Who may use and create topics need not have the right to describe their settings.</summary>
public sealed class RefusedSettingsTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAsync_ASettingMayNotBeDescribed_GoesOnWithItUnknown()
    {
        await using var broker = await AuthorizedBroker.StartAsync();
        TopicSpec[] topics = [AuthorizedBroker.TopicOf("refused"), AuthorizedBroker.TopicOf("told")];
        await broker.CreateTopicsAsync("refused", "told");
        await broker.SetRulesAsync("refused", (AclOperation.All, AclPermissionType.Allow), (AclOperation.DescribeConfigs, AclPermissionType.Deny));
        using var ends = new LogEndReader(broker.Settings, NullLogger<LogEndReader>.Instance);
        using var administrator = new TopicAdministrator(broker.Settings, ends, TimeProvider.System, NullLogger<TopicAdministrator>.Instance);
        await Until.TrueAsync("the rule holds", IsUnknownAsync, () => "the setting is still told", AuthorizedBroker.Patience);

        Assert.Empty(await administrator.CreateAsync(topics, Token));
        Assert.Equal("delete", (await administrator.DescribeAsync(topics, Token))["told"].CleanupPolicy);

        async Task<bool> IsUnknownAsync() => (await administrator.DescribeAsync(topics, Token))["refused"].CleanupPolicy is null;
    }
}
