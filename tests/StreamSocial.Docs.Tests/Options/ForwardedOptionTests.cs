using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using StreamSocial.AppHost.Scaling;
using StreamSocial.AppHost.Startup;
using StreamSocial.Hosting.Kafka;

namespace StreamSocial.Docs.Tests.Options;

/// <summary>The reference says that an option of a service may be given to the AppHost.</summary>
public sealed class ForwardedOptionTests
{
    /// <summary>Options of the AppHost itself.</summary>
    private static readonly Type[] Own = [typeof(FeedGeneratorOptions), typeof(KafkaClusterOptions)];

    /// <summary>Those that the AppHost decides for its services.</summary>
    private static readonly string[] Decided = ["Kafka:Embedded", "Scale:Endpoint", "Scale:Token", "Streams:MemberId"];

    [Fact]
    public async Task AppHost_EachOptionOfAService_ReachesOne()
    {
        var given = OptionCatalog.All
            .Where(option => !Own.Contains(option.Root) && !Decided.Contains(option.Key) && !option.IsMap)
            .ToDictionary(option => option.Key, option => Convert.ToString(option.Default ?? 1, CultureInfo.InvariantCulture)!);
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync(
            typeof(AppHostOptions),
            ["--operation", "publish", "--publisher", "manifest", "--Kafka:Source=containers", .. given.Select(option => $"--{option.Key}={option.Value}")],
            TestContext.Current.CancellationToken);

        var forwarded = new HashSet<string>();
        foreach (var service in builder.Resources.OfType<ProjectResource>())
            forwarded.UnionWith(await ReadVariablesAsync(service));

        Assert.Equal([], given.Keys.Select(key => key.Replace(":", "__", StringComparison.Ordinal)).Except(forwarded));
    }

    private static async Task<IEnumerable<string>> ReadVariablesAsync(ProjectResource service)
    {
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish), service);
        foreach (var annotation in service.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            try
            {
                await annotation.Callback(context);
            }
            catch (InvalidOperationException)
            {
                // The address of something that has not started.
            }
        }
        return context.EnvironmentVariables.Keys;
    }
}
