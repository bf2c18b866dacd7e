import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { sendProblem, type ProblemReply, type ProblemRequest } from './send-problem.js';
import { toProblem } from './to-problem.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<ProblemReply & { sent: boolean }>();
    if (reply.sent) return;
    const request = http.getRequest<ProblemRequest>();
    sendProblem(toProblem(error, request.id), request, reply);
  }
}
