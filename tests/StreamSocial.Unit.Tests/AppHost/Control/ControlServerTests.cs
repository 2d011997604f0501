using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Startup;
using StreamSocial.AppHost.Topology;
using StreamSocial.Autoscaler;
using StreamSocial.Control;
using StreamSocial.Hosting.Kafka;

namespace StreamSocial.Unit.Tests.AppHost.Control;

/// <summary>The control server with the options that are given to the AppHost.</summary>
public sealed class ControlServerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.OK, "--Http:AllowedHosts=control.example")]
    public async Task Request_UnderAnotherHostsName_IsAnsweredIfTheAppHostAllowsIt(HttpStatusCode expected, params string[] args)
    {
        var (application, control) = Build(args);
        await using (application)
        {
            await control.StartAsync(application.Services.GetRequiredService<ControlTarget>(), Token);
            using var client = new HttpClient { BaseAddress = control.Address };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/resources");
            request.Headers.Host = "control.example";

            using var answer = await client.SendAsync(request, Token);

            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Start_OptionOfItsApiIsWrong_SaysSo()
    {
        var (application, control) = Build("--Http:TrustedProxies=nowhere");
        await using (application)
        {
            var error = await Assert.ThrowsAsync<AppHostConfigurationException>(() => control.StartAsync(application.Services.GetRequiredService<ControlTarget>(), Token));
            Assert.StartsWith("Http:TrustedProxies has 'nowhere'; give networks such as 10.0.0.0/8.", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Its address would be one of the machine on which it is published.</summary>
    [Fact]
    public async Task Publish_ServicesThatAskIt_AreGivenNoAddress()
    {
        var builder = CreatePublishing();
        var service = builder.AddResource(new ProjectResource("autoscaler")).WithScaleEndpoint(builder.AddControlServer(AppHostOptions.From(builder.Configuration))).Resource;
        Assert.Empty(service.Annotations.OfType<EnvironmentCallbackAnnotation>());
        await using var application = builder.Build();
        Assert.DoesNotContain(application.Services.GetServices<IHostedService>(), hosted => hosted is ControlServerLifetime);
    }

    /// <summary>It starts whoever scales what is published, and where nobody does.</summary>
    [Theory]
    [InlineData("observed", true)]
    [InlineData("observed", true, "--Autoscaler:DryRun=true")]
    [InlineData("aspire", false, "--Scale:Endpoint=http://control.example:5100")]
    [InlineData("aspire", true, "--Scale:Endpoint=http://control.example:5100", "--Autoscaler:DryRun=true")]
    public async Task Publish_Autoscaler_StartsWithWhatItIsGiven(string actuator, bool isDryRun, params string[] args)
    {
        using var autoscaler = BuildPublished(await PublishAutoscalerAsync([.. args, "--Scale:Token=token-of-this-test"]));

        var options = autoscaler.Services.GetRequiredService<IOptions<AutoscalerOptions>>().Value;

        Assert.Equal((actuator, isDryRun), (options.Actuator, options.DryRun));
        Assert.Equal("token-of-this-test", autoscaler.Services.GetRequiredService<IOptions<ControlOptions>>().Value.Token);
    }

    /// <summary>It listens to all.</summary>
    [Fact]
    public async Task Publish_AutoscalerWithoutToken_SaysThatItNeedsOne()
    {
        using var autoscaler = BuildPublished(await PublishAutoscalerAsync());

        var error = Assert.Throws<OptionsValidationException>(() => autoscaler.Services.GetRequiredService<IOptions<AutoscalerOptions>>().Value);

        Assert.Contains("beyond loopback, without a control token: set Scale:Token", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Autoscaler:DryRun=false")]
    [InlineData("--Autoscaler:Actuator=kubernetes")]
    public async Task Publish_AutoscalerThatIsToldHowToScale_MakesNoDryRunOfIt(string argument) =>
        Assert.NotEqual("true", (await PublishAutoscalerAsync(argument)).GetValueOrDefault("Autoscaler__DryRun"));

    [Fact]
    public async Task Publish_Token_IsASecretParameter() =>
        Assert.True(Assert.IsType<ParameterResource>((await PublishAutoscalerAsync("--Scale:Token=token-of-this-test"))["Scale__Token"]).Secret);

    /// <summary>The variables of the autoscaler as it is declared.</summary>
    private static async Task<Dictionary<string, object>> PublishAutoscalerAsync(params string[] args)
    {
        var builder = CreatePublishing(args);
        var control = builder.AddControlServer(AppHostOptions.From(builder.Configuration, isRun: false));
        var service = builder.AddResource(new ProjectResource("autoscaler")).WithSections("Autoscaler").WithScaleEndpoint(control).WithDryRunUnlessScaled().Resource;
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish), service);
        foreach (var annotation in service.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);
        return context.EnvironmentVariables;
    }

    /// <summary>The autoscaler in a container that has these variables.</summary>
    private static IHost BuildPublished(Dictionary<string, object> variables)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:kafka", "127.0.0.1:1"), new("http_ports", "8080")]);
        builder.Configuration.AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(
            variable.Key.Replace("__", ":", StringComparison.Ordinal), variable.Value is ParameterResource ? "token-of-this-test" : (string?)variable.Value)));
        builder.AddAutoscaler();
        return builder.Build();
    }

    private static IDistributedApplicationBuilder CreatePublishing(params string[] args) =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--operation", "publish", "--publisher", "manifest", .. args], DisableDashboard = true });

    private static (DistributedApplication Application, ControlServer Control) Build(params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--Kafka:Source=embedded", .. args], DisableDashboard = true });
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddKafkaCluster("kafka");
        var control = builder.AddControlServer(AppHostOptions.From(builder.Configuration));
        return (builder.Build(), control);
    }
}
